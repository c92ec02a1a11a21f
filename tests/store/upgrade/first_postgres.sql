-- Test data, made by tests/store/upgrade/make_dump. What it holds guards nothing.
CREATE TABLE public.agent (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone NOT NULL
);
CREATE TABLE public.change (
    number bigint NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    at timestamp with time zone NOT NULL
);
CREATE TABLE public.change_head (
    id integer NOT NULL,
    number bigint NOT NULL
);
CREATE TABLE public.credential (
    id uuid NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    organization_id uuid NOT NULL,
    agent_id uuid,
    created_by uuid,
    scopes text NOT NULL,
    audiences text NOT NULL,
    grant_types text NOT NULL,
    operator boolean NOT NULL,
    token_ttl_seconds integer,
    status text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone
);
CREATE TABLE public.credential_secret (
    id uuid NOT NULL,
    credential_id uuid NOT NULL,
    fingerprint bytea NOT NULL,
    hint text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone
);
CREATE TABLE public.membership (
    user_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    role text NOT NULL,
    agents text NOT NULL
);
CREATE TABLE public.organization (
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone NOT NULL
);
CREATE TABLE public.resource_scope (
    resource_server_id uuid NOT NULL,
    name text NOT NULL,
    "position" integer NOT NULL,
    description text NOT NULL
);
CREATE TABLE public.resource_server (
    id uuid NOT NULL,
    identifier text NOT NULL,
    name text NOT NULL,
    token_ttl_seconds integer,
    algorithm text,
    created_at timestamp with time zone NOT NULL
);
CREATE TABLE public.seaql_migrations (
    version character varying NOT NULL,
    applied_at bigint NOT NULL
);
CREATE TABLE public.signing_key (
    kid text NOT NULL,
    algorithm text NOT NULL,
    state text NOT NULL,
    sealed bytea,
    public_jwk text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    activates_at timestamp with time zone NOT NULL,
    removes_at timestamp with time zone,
    max_token_ttl_seconds bigint NOT NULL
);
CREATE TABLE public.user_account (
    id uuid NOT NULL,
    email text NOT NULL,
    password_hash text,
    operator boolean NOT NULL,
    created_at timestamp with time zone NOT NULL
);
INSERT INTO public.agent VALUES ('01a1fd31-9763-7049-a461-74d2c621f76d', '01a1fd31-96f1-7e07-887f-aee3e38d6184', 'pipeline', 'pipeline', '2026-11-21 08:20:48.099867+00');
INSERT INTO public.agent VALUES ('01a1fd31-977e-7d04-a0d2-5c2fb7036af8', '01a1fd31-96f1-7e07-887f-aee3e38d6184', 'bot', 'bot', '2026-11-21 08:20:48.126931+00');
INSERT INTO public.agent VALUES ('01a1fd31-97bc-758c-aadb-f91584531c8b', '01a1fd31-970c-7a73-a2a9-fce1c3bb77a8', 'bot', 'bot', '2026-11-21 08:20:48.18824+00');
INSERT INTO public.change VALUES (1, 'signing_key', 'vEuu77EM3CJFr066dHL_akRiUXKhQMalrUjnAO6q89A', '2026-11-21 08:20:47.954436+00');
INSERT INTO public.change VALUES (2, 'organization', '01a1fd31-96f1-7e07-887f-aee3e38d6184', '2026-11-21 08:20:47.985277+00');
INSERT INTO public.change VALUES (3, 'user', '01a1fd31-96d7-7b95-a23c-091c55f7ff16', '2026-11-21 08:20:47.985277+00');
INSERT INTO public.change VALUES (4, 'membership', '01a1fd31-96d7-7b95-a23c-091c55f7ff16', '2026-11-21 08:20:47.985277+00');
INSERT INTO public.change VALUES (5, 'organization', '01a1fd31-970c-7a73-a2a9-fce1c3bb77a8', '2026-11-21 08:20:48.012472+00');
INSERT INTO public.change VALUES (6, 'organization', '01a1fd31-9726-785a-ba70-4042dd1f80dc', '2026-11-21 08:20:48.03825+00');
INSERT INTO public.change VALUES (7, 'organization', '01a1fd31-9726-785a-ba70-4042dd1f80dc', '2026-11-21 08:20:48.069167+00');
INSERT INTO public.change VALUES (8, 'agent', '01a1fd31-9763-7049-a461-74d2c621f76d', '2026-11-21 08:20:48.099867+00');
INSERT INTO public.change VALUES (9, 'agent', '01a1fd31-977e-7d04-a0d2-5c2fb7036af8', '2026-11-21 08:20:48.126931+00');
INSERT INTO public.change VALUES (10, 'agent', '01a1fd31-979f-76cd-b74e-f790a2f8ef3e', '2026-11-21 08:20:48.159275+00');
INSERT INTO public.change VALUES (11, 'agent', '01a1fd31-97bc-758c-aadb-f91584531c8b', '2026-11-21 08:20:48.18824+00');
INSERT INTO public.change VALUES (12, 'resource_server', '01a1fd31-97d5-7deb-837a-892578221435', '2026-11-21 08:20:48.213687+00');
INSERT INTO public.change VALUES (13, 'resource_server', '01a1fd31-97f1-779d-9cf3-db2ffdcf6f43', '2026-11-21 08:20:48.241529+00');
INSERT INTO public.change VALUES (14, 'signing_key', 'tkU9LAMGbGKeFJtkBh7c7-7fAF4b6jAy7BmeTId4dqQ', '2026-11-21 08:20:48.241529+00');
INSERT INTO public.change VALUES (15, 'resource_server', '01a1fd31-9851-792e-a4d0-32574a82dd45', '2026-11-21 08:20:48.337249+00');
INSERT INTO public.change VALUES (16, 'signing_key', '4HGCauhIiFW50n_KTDOQ4CfMvH2W4v7GgK65C_mijYk', '2026-11-21 08:20:48.337249+00');
INSERT INTO public.change VALUES (17, 'user', '01a1fd31-988b-70c4-bd3a-64430ce0b993', '2026-11-21 08:20:48.419824+00');
INSERT INTO public.change VALUES (18, 'user', '01a1fd31-98c2-76a6-9945-e3e79fa61665', '2026-11-21 08:20:48.473703+00');
INSERT INTO public.change VALUES (19, 'user', '01a1fd31-98f8-787c-8da2-11a5071fe422', '2026-11-21 08:20:48.528402+00');
INSERT INTO public.change VALUES (20, 'membership', '01a1fd31-98f8-787c-8da2-11a5071fe422', '2026-11-21 08:20:48.528402+00');
INSERT INTO public.change VALUES (21, 'user', '01a1fd31-9934-766e-a753-101a1bcbe17f', '2026-11-21 08:20:48.592331+00');
INSERT INTO public.change VALUES (22, 'membership', '01a1fd31-9934-766e-a753-101a1bcbe17f', '2026-11-21 08:20:48.592331+00');
INSERT INTO public.change VALUES (23, 'user', '01a1fd31-9972-7751-86e3-3ad185729a09', '2026-11-21 08:20:48.650097+00');
INSERT INTO public.change VALUES (24, 'membership', '01a1fd31-9972-7751-86e3-3ad185729a09', '2026-11-21 08:20:48.650097+00');
INSERT INTO public.change VALUES (25, 'credential', '01a1fd31-99ad-7f5e-814c-c72e2aff8a9f', '2026-11-21 08:20:48.685168+00');
INSERT INTO public.change VALUES (26, 'credential', '01a1fd31-99c8-7697-9262-1296800d1e98', '2026-11-21 08:20:48.712776+00');
INSERT INTO public.change VALUES (27, 'credential', '01a1fd31-99e5-7f74-9270-f4b5adb58612', '2026-11-21 08:20:48.741359+00');
INSERT INTO public.change VALUES (28, 'credential', '01a1fd31-9a03-7a60-8e67-e5ec2fda2ac1', '2026-11-21 08:20:48.771391+00');
INSERT INTO public.change VALUES (29, 'credential', '01a1fd31-9a21-7680-9118-584c123fc689', '2026-11-21 08:20:48.801401+00');
INSERT INTO public.change VALUES (30, 'credential', '01a1fd31-9a3d-7929-95ff-d1fd329b8e17', '2026-11-21 08:20:48.829811+00');
INSERT INTO public.change VALUES (31, 'credential', '01a1fd31-9a5c-7e6e-a7e9-38ec674f38f0', '2026-11-21 08:20:48.860169+00');
INSERT INTO public.change VALUES (32, 'credential', '01a1fd31-9a78-750a-a99b-3f0dd7d7a539', '2026-11-21 08:20:48.888665+00');
INSERT INTO public.change VALUES (33, 'credential', '01a1fd31-9a95-7d9f-a665-75c59ba702b7', '2026-11-21 08:20:48.917509+00');
INSERT INTO public.change VALUES (34, 'credential', '01a1fd31-9a95-7d9f-a665-75c59ba702b7', '2026-11-21 08:20:48.948148+00');
INSERT INTO public.change VALUES (35, 'credential', '01a1fd31-9ad3-7837-ac7f-eac2ff2d3fc3', '2026-11-21 08:20:48.979805+00');
INSERT INTO public.change VALUES (36, 'credential', '01a1fd31-9ad3-7837-ac7f-eac2ff2d3fc3', '2026-11-21 08:20:49.00888+00');
INSERT INTO public.change VALUES (37, 'credential', '01a1fd31-9b13-7ecd-bc00-f75f694e061b', '2026-11-21 08:20:49.043228+00');
INSERT INTO public.change VALUES (38, 'credential', '01a1fd31-9b13-7ecd-bc00-f75f694e061b', '2026-11-21 08:20:49.089251+00');
INSERT INTO public.change VALUES (39, 'credential', '01a1fd31-9b13-7ecd-bc00-f75f694e061b', '2026-11-21 08:20:49.089251+00');
INSERT INTO public.change VALUES (40, 'credential', '01a1fd31-9b6b-7f99-b927-9fe64cb9387e', '2026-11-21 08:20:49.131233+00');
INSERT INTO public.change VALUES (41, 'credential', '01a1fd31-9b6b-7f99-b927-9fe64cb9387e', '2026-11-21 08:20:49.171522+00');
INSERT INTO public.change VALUES (42, 'credential', '01a1fd31-9bb5-7b66-8a1b-151ff7dccbb6', '2026-11-21 08:20:49.205889+00');
INSERT INTO public.change VALUES (43, 'credential', '01a1fd31-9bb5-7b66-8a1b-151ff7dccbb6', '2026-11-21 08:20:49.246928+00');
INSERT INTO public.change VALUES (44, 'credential', '01a1fd31-9c08-7f61-9592-dc5a35d4ee50', '2026-11-21 08:20:49.288841+00');
INSERT INTO public.change VALUES (45, 'credential', '01a1fd31-9c08-7f61-9592-dc5a35d4ee50', '2026-11-21 08:20:49.330205+00');
INSERT INTO public.change VALUES (46, 'credential', '01a1fd31-9c08-7f61-9592-dc5a35d4ee50', '2026-11-21 08:20:49.330205+00');
INSERT INTO public.change VALUES (47, 'credential', '01a1fd31-9c5b-7e15-a384-59c15808be0e', '2026-11-21 08:20:49.371416+00');
INSERT INTO public.change VALUES (48, 'credential', '01a1fd31-9c5b-7e15-a384-59c15808be0e', '2026-11-21 08:20:49.409405+00');
INSERT INTO public.change VALUES (49, 'agent', '01a1fd31-979f-76cd-b74e-f790a2f8ef3e', '2026-11-21 08:20:49.440408+00');
INSERT INTO public.change VALUES (50, 'credential', '01a1fd31-9cc3-710f-ba01-026fc418b7f8', '2026-11-21 08:20:49.476094+00');
INSERT INTO public.change VALUES (51, 'credential', '01a1fd31-9d0b-7168-ae22-ae5525b8ec22', '2026-11-21 08:20:49.547363+00');
INSERT INTO public.change VALUES (52, 'credential', '01a1fd31-9d0b-7168-ae22-ae5525b8ec22', '2026-11-21 08:20:49.563309+00');
INSERT INTO public.change VALUES (53, 'organization', '01a1fd31-96f1-7e07-887f-aee3e38d6184', '2026-11-21 08:20:49.574819+00');
INSERT INTO public.change VALUES (54, 'signing_key', '7skrxQnGdFgd-Z8aVgVoq0Fs7qPr4ov6BsHs0oMeaPY', '2026-11-21 08:20:49.938936+00');
INSERT INTO public.change VALUES (55, 'signing_key', 'vEuu77EM3CJFr066dHL_akRiUXKhQMalrUjnAO6q89A', '2026-11-21 08:20:49.938936+00');
INSERT INTO public.change VALUES (56, 'signing_key', '7skrxQnGdFgd-Z8aVgVoq0Fs7qPr4ov6BsHs0oMeaPY', '2026-11-21 08:20:49.938936+00');
INSERT INTO public.change VALUES (57, 'signing_key', 'vEuu77EM3CJFr066dHL_akRiUXKhQMalrUjnAO6q89A', '2026-11-21 08:20:49.976583+00');
INSERT INTO public.change VALUES (58, 'signing_key', 'anIhjBbmDJ4XphtyR61D-alGRbjENUXpLgrIGfGefpI', '2026-11-21 08:20:50.007307+00');
INSERT INTO public.change VALUES (59, 'signing_key', '7skrxQnGdFgd-Z8aVgVoq0Fs7qPr4ov6BsHs0oMeaPY', '2026-11-21 08:20:50.007307+00');
INSERT INTO public.change VALUES (60, 'signing_key', 'anIhjBbmDJ4XphtyR61D-alGRbjENUXpLgrIGfGefpI', '2026-11-21 08:20:50.007307+00');
INSERT INTO public.change VALUES (61, 'signing_key', 'Uoi7fiq_hQyQstFjOeksEosf1kaWOr-ZDc6U1Cq1qSo', '2026-11-21 08:20:50.045161+00');
INSERT INTO public.change_head VALUES (1, 61);
INSERT INTO public.credential VALUES ('01a1fd31-99ad-7f5e-814c-c72e2aff8a9f', 'oauth_client', 'client', '01a1fd31-96f1-7e07-887f-aee3e38d6184', NULL, NULL, '["api:read","api:write"]', '["01a1fd31-97d5-7deb-837a-892578221435"]', '["client_credentials"]', false, NULL, 'active', '2026-11-21 08:20:48.685071+00', NULL, NULL);
INSERT INTO public.credential VALUES ('01a1fd31-99c8-7697-9262-1296800d1e98', 'oauth_client', 'client of two audiences', '01a1fd31-970c-7a73-a2a9-fce1c3bb77a8', NULL, NULL, '["api:read","api:write","billing:read"]', '["01a1fd31-97d5-7deb-837a-892578221435","01a1fd31-97f1-779d-9cf3-db2ffdcf6f43"]', '["client_credentials"]', false, 120, 'active', '2026-11-21 08:20:48.712669+00', NULL, NULL);
INSERT INTO public.credential VALUES ('01a1fd31-99e5-7f74-9270-f4b5adb58612', 'oauth_client', 'client of an agent', '01a1fd31-96f1-7e07-887f-aee3e38d6184', '01a1fd31-9763-7049-a461-74d2c621f76d', NULL, '["api:read"]', '["01a1fd31-97d5-7deb-837a-892578221435"]', '["client_credentials"]', false, NULL, 'active', '2026-11-21 08:20:48.741252+00', NULL, NULL);
INSERT INTO public.credential VALUES ('01a1fd31-9a03-7a60-8e67-e5ec2fda2ac1', 'oauth_client', 'client at a plain API', '01a1fd31-96f1-7e07-887f-aee3e38d6184', NULL, NULL, '[]', '["01a1fd31-9851-792e-a4d0-32574a82dd45"]', '["client_credentials"]', false, NULL, 'active', '2026-11-21 08:20:48.771286+00', NULL, NULL);
INSERT INTO public.credential VALUES ('01a1fd31-9a21-7680-9118-584c123fc689', 'oauth_client', 'client that ends later', '01a1fd31-970c-7a73-a2a9-fce1c3bb77a8', NULL, NULL, '["api:read","api:write"]', '["01a1fd31-97d5-7deb-837a-892578221435"]', '["client_credentials"]', false, NULL, 'active', '2026-11-21 08:20:48.801299+00', '2027-02-19 08:20:48.801291+00', NULL);
INSERT INTO public.credential VALUES ('01a1fd31-9a3d-7929-95ff-d1fd329b8e17', 'api_key', 'API key', '01a1fd31-96f1-7e07-887f-aee3e38d6184', NULL, NULL, '["api:read","api:write"]', '["01a1fd31-97d5-7deb-837a-892578221435"]', '["client_credentials"]', false, NULL, 'active', '2026-11-21 08:20:48.829699+00', NULL, NULL);
INSERT INTO public.credential VALUES ('01a1fd31-9a5c-7e6e-a7e9-38ec674f38f0', 'api_key', 'API key of an agent', '01a1fd31-970c-7a73-a2a9-fce1c3bb77a8', '01a1fd31-97bc-758c-aadb-f91584531c8b', NULL, '["api:read","api:write"]', '["01a1fd31-97d5-7deb-837a-892578221435"]', '["client_credentials"]', false, NULL, 'active', '2026-11-21 08:20:48.860061+00', NULL, NULL);
INSERT INTO public.credential VALUES ('01a1fd31-9a78-750a-a99b-3f0dd7d7a539', 'oauth_client', 'operator''s', '01a1fd31-96f1-7e07-887f-aee3e38d6184', NULL, NULL, '["organizations:read","organizations:write","agents:read","agents:write","members:read","members:write","credentials:read","credentials:write","usage:read","audit:read","api-keys:verify","tokens:introspect","resource-servers:read","resource-servers:write","signing-keys:read","signing-keys:write"]', '["00000000-0000-7000-8000-000000000001"]', '["client_credentials"]', true, NULL, 'active', '2026-11-21 08:20:48.888558+00', NULL, NULL);
INSERT INTO public.credential VALUES ('01a1fd31-9a95-7d9f-a665-75c59ba702b7', 'oauth_client', 'disabled', '01a1fd31-96f1-7e07-887f-aee3e38d6184', NULL, NULL, '["api:read","api:write"]', '["01a1fd31-97d5-7deb-837a-892578221435"]', '["client_credentials"]', false, NULL, 'disabled', '2026-11-21 08:20:48.917398+00', NULL, NULL);
INSERT INTO public.credential VALUES ('01a1fd31-9ad3-7837-ac7f-eac2ff2d3fc3', 'oauth_client', 'revoked', '01a1fd31-96f1-7e07-887f-aee3e38d6184', NULL, NULL, '["api:read","api:write"]', '["01a1fd31-97d5-7deb-837a-892578221435"]', '["client_credentials"]', false, NULL, 'revoked', '2026-11-21 08:20:48.979693+00', NULL, '2026-11-21 08:20:49.00888+00');
INSERT INTO public.credential VALUES ('01a1fd31-9b13-7ecd-bc00-f75f694e061b', 'oauth_client', 'rotated', '01a1fd31-96f1-7e07-887f-aee3e38d6184', NULL, NULL, '["api:read","api:write"]', '["01a1fd31-97d5-7deb-837a-892578221435"]', '["client_credentials"]', false, NULL, 'active', '2026-11-21 08:20:49.043068+00', NULL, NULL);
INSERT INTO public.credential VALUES ('01a1fd31-9b6b-7f99-b927-9fe64cb9387e', 'api_key', 'disabled', '01a1fd31-96f1-7e07-887f-aee3e38d6184', NULL, NULL, '["api:read","api:write"]', '["01a1fd31-97d5-7deb-837a-892578221435"]', '["client_credentials"]', false, NULL, 'disabled', '2026-11-21 08:20:49.131118+00', NULL, NULL);
INSERT INTO public.credential VALUES ('01a1fd31-9bb5-7b66-8a1b-151ff7dccbb6', 'api_key', 'revoked', '01a1fd31-96f1-7e07-887f-aee3e38d6184', NULL, NULL, '["api:read","api:write"]', '["01a1fd31-97d5-7deb-837a-892578221435"]', '["client_credentials"]', false, NULL, 'revoked', '2026-11-21 08:20:49.205747+00', NULL, '2026-11-21 08:20:49.246928+00');
INSERT INTO public.credential VALUES ('01a1fd31-9c08-7f61-9592-dc5a35d4ee50', 'api_key', 'rotated', '01a1fd31-96f1-7e07-887f-aee3e38d6184', NULL, NULL, '["api:read","api:write"]', '["01a1fd31-97d5-7deb-837a-892578221435"]', '["client_credentials"]', false, NULL, 'active', '2026-11-21 08:20:49.288703+00', NULL, NULL);
INSERT INTO public.credential VALUES ('01a1fd31-9c5b-7e15-a384-59c15808be0e', 'oauth_client', 'of a removed agent', '01a1fd31-96f1-7e07-887f-aee3e38d6184', NULL, NULL, '["api:read","api:write"]', '["01a1fd31-97d5-7deb-837a-892578221435"]', '["client_credentials"]', false, NULL, 'revoked', '2026-11-21 08:20:49.371277+00', NULL, '2026-11-21 08:20:49.409405+00');
INSERT INTO public.credential VALUES ('01a1fd31-9cc3-710f-ba01-026fc418b7f8', 'oauth_client', 'expired', '01a1fd31-96f1-7e07-887f-aee3e38d6184', NULL, NULL, '["api:read","api:write"]', '["01a1fd31-97d5-7deb-837a-892578221435"]', '["client_credentials"]', false, NULL, 'active', '2026-11-21 08:20:49.475916+00', '2026-11-21 08:20:50.475906+00', NULL);
INSERT INTO public.credential VALUES ('01a1fd31-9d0b-7168-ae22-ae5525b8ec22', 'oauth_client', 'renamed over the API', '01a1fd31-970c-7a73-a2a9-fce1c3bb77a8', NULL, '01a1fd31-9a78-750a-a99b-3f0dd7d7a539', '["api:write"]', '["01a1fd31-97d5-7deb-837a-892578221435"]', '["client_credentials"]', false, NULL, 'active', '2026-11-21 08:20:49.547208+00', NULL, NULL);
INSERT INTO public.credential_secret VALUES ('01a1fd31-99ad-7488-b673-8b7edf5e8cf2', '01a1fd31-99ad-7f5e-814c-c72e2aff8a9f', '\xe16076e21edcdd0f334fd7fac59b867b27441bbe8150c68f47cce31ea8498095', '…PoWa', '2026-11-21 08:20:48.685071+00', NULL);
INSERT INTO public.credential_secret VALUES ('01a1fd31-99c8-7dad-99e7-a369780a9e4d', '01a1fd31-99c8-7697-9262-1296800d1e98', '\x80f5db8f9f048741d64629e37417b90caa66d2db57437b1b725481e6e3712b40', '…koJs', '2026-11-21 08:20:48.712669+00', NULL);
INSERT INTO public.credential_secret VALUES ('01a1fd31-99e5-7c24-9406-08a8c83838c3', '01a1fd31-99e5-7f74-9270-f4b5adb58612', '\x24de4aa4481c177c450d83e667818d474a6d0a6cbfbaefb261c491e19265a9cb', '…lOrE', '2026-11-21 08:20:48.741252+00', NULL);
INSERT INTO public.credential_secret VALUES ('01a1fd31-9a03-7e96-ad95-11d9f95fd60d', '01a1fd31-9a03-7a60-8e67-e5ec2fda2ac1', '\x11f746cbd472298587cf903b16ac1f1a82a1f8493bda21ad14081047c0b945b0', '…VkGV', '2026-11-21 08:20:48.771286+00', NULL);
INSERT INTO public.credential_secret VALUES ('01a1fd31-9a21-7fab-8e03-1c2d1095e36c', '01a1fd31-9a21-7680-9118-584c123fc689', '\x69c374c88e6335cb04d99c4002ec4ee7f3ce1e4a71a9aeac71d6d358a4afe30a', '…aNZJ', '2026-11-21 08:20:48.801299+00', NULL);
INSERT INTO public.credential_secret VALUES ('01a1fd31-9a3d-7583-ab15-c461eb243a57', '01a1fd31-9a3d-7929-95ff-d1fd329b8e17', '\xe90d2aa16e059dd265e4990286d152a464195e25cc02fae7af06fcd9d1a7479a', '…dkDd', '2026-11-21 08:20:48.829699+00', NULL);
INSERT INTO public.credential_secret VALUES ('01a1fd31-9a5c-7666-b2f1-852319a1a7ac', '01a1fd31-9a5c-7e6e-a7e9-38ec674f38f0', '\xa181c9ccf17f48fb5bb12724ec744687a895ecbacedf0ed6d40c377f1b025d31', '…Bzcf', '2026-11-21 08:20:48.860061+00', NULL);
INSERT INTO public.credential_secret VALUES ('01a1fd31-9a78-7993-b7f7-2711d61ff8b7', '01a1fd31-9a78-750a-a99b-3f0dd7d7a539', '\x3e8392733e3316d7108c686bf2e6569e35e78596b833ccfbd53970ba8aee5ff1', '…T3xM', '2026-11-21 08:20:48.888558+00', NULL);
INSERT INTO public.credential_secret VALUES ('01a1fd31-9a95-7a23-aa8b-e1f19fabe059', '01a1fd31-9a95-7d9f-a665-75c59ba702b7', '\x9c46871284efe05371ff2d9c73b8fcfd757902d5c8b2c7f2e8b226fc626f2fcb', '…2TBr', '2026-11-21 08:20:48.917398+00', NULL);
INSERT INTO public.credential_secret VALUES ('01a1fd31-9b13-7282-9dc5-940d4c9887af', '01a1fd31-9b13-7ecd-bc00-f75f694e061b', '\xc1506b7a8bf6590a7072ead441c6cacde93c32f2e602e9476cf31e63994ab613', '…4MUq', '2026-11-21 08:20:49.043068+00', '2027-02-19 08:20:49.089251+00');
INSERT INTO public.credential_secret VALUES ('01a1fd31-9b41-7f5d-829d-e0232f8ddb73', '01a1fd31-9b13-7ecd-bc00-f75f694e061b', '\xb98085514cfef0e48fab8645274943d004a2c2e1214de8c9b74dff7c7a8c726d', '…N20Q', '2026-11-21 08:20:49.089251+00', NULL);
INSERT INTO public.credential_secret VALUES ('01a1fd31-9b6b-7772-bad3-7d82ba59899d', '01a1fd31-9b6b-7f99-b927-9fe64cb9387e', '\x77d1fff9a0787d39e82a9f6ec69d27a22d22aadf020b15d38bb2a10c2ff526ed', '…EO4K', '2026-11-21 08:20:49.131118+00', NULL);
INSERT INTO public.credential_secret VALUES ('01a1fd31-9c08-74f1-98cb-277735db18ea', '01a1fd31-9c08-7f61-9592-dc5a35d4ee50', '\xf7a2cad36eaba013f9301c3f68bb410c4387afdcbd98ebccb9bbe6728ddfd697', '…F9Iv', '2026-11-21 08:20:49.288703+00', '2027-02-19 08:20:49.330205+00');
INSERT INTO public.credential_secret VALUES ('01a1fd31-9c32-7b64-8109-da8758091496', '01a1fd31-9c08-7f61-9592-dc5a35d4ee50', '\xe43689421a9ddf598152f17c20b7bd1dc5062cf97e99c8d4f0d7ea9eee2e6091', '…x6Mj', '2026-11-21 08:20:49.330205+00', NULL);
INSERT INTO public.credential_secret VALUES ('01a1fd31-9cc3-7004-bd8a-6e5b1adc7746', '01a1fd31-9cc3-710f-ba01-026fc418b7f8', '\xee88cba9245609b1cc5b4fa5543e39ed1cc4918f0ac6e05ae3c41bd23ca5cc8f', '…mR28', '2026-11-21 08:20:49.475916+00', NULL);
INSERT INTO public.credential_secret VALUES ('01a1fd31-9d0b-7a34-8925-33563661d8cf', '01a1fd31-9d0b-7168-ae22-ae5525b8ec22', '\x6de7b6756f3a68de4b229f94231d97dcaea6259ac5120b1383ad574d514af969', '…NXnF', '2026-11-21 08:20:49.547208+00', NULL);
INSERT INTO public.membership VALUES ('01a1fd31-96d7-7b95-a23c-091c55f7ff16', '01a1fd31-96f1-7e07-887f-aee3e38d6184', 'org_admin', '[]');
INSERT INTO public.membership VALUES ('01a1fd31-98f8-787c-8da2-11a5071fe422', '01a1fd31-96f1-7e07-887f-aee3e38d6184', 'org_admin', '[]');
INSERT INTO public.membership VALUES ('01a1fd31-9934-766e-a753-101a1bcbe17f', '01a1fd31-96f1-7e07-887f-aee3e38d6184', 'agent_admin', '["01a1fd31-9763-7049-a461-74d2c621f76d","01a1fd31-977e-7d04-a0d2-5c2fb7036af8"]');
INSERT INTO public.membership VALUES ('01a1fd31-9972-7751-86e3-3ad185729a09', '01a1fd31-970c-7a73-a2a9-fce1c3bb77a8', 'member', '[]');
INSERT INTO public.organization VALUES ('01a1fd31-970c-7a73-a2a9-fce1c3bb77a8', 'globex', 'O''Globex & Söhne; -- “two”', '2026-11-21 08:20:48.012472+00');
INSERT INTO public.organization VALUES ('01a1fd31-96f1-7e07-887f-aee3e38d6184', 'acme', 'Acme', '2026-11-21 08:20:47.985277+00');
INSERT INTO public.resource_scope VALUES ('01a1fd31-97d5-7deb-837a-892578221435', 'api:read', 0, 'Read things');
INSERT INTO public.resource_scope VALUES ('01a1fd31-97d5-7deb-837a-892578221435', 'api:write', 1, '');
INSERT INTO public.resource_scope VALUES ('01a1fd31-97f1-779d-9cf3-db2ffdcf6f43', 'billing:read', 0, '');
INSERT INTO public.resource_server VALUES ('01a1fd31-97d5-7deb-837a-892578221435', 'https://api.example.com', 'API', NULL, NULL, '2026-11-21 08:20:48.213687+00');
INSERT INTO public.resource_server VALUES ('01a1fd31-97f1-779d-9cf3-db2ffdcf6f43', 'https://billing.example.com', 'https://billing.example.com', 300, 'RS256', '2026-11-21 08:20:48.241529+00');
INSERT INTO public.resource_server VALUES ('01a1fd31-9851-792e-a4d0-32574a82dd45', 'urn:example:plain', 'urn:example:plain', NULL, 'EdDSA', '2026-11-21 08:20:48.337249+00');
INSERT INTO public.seaql_migrations VALUES ('m20261121_000001_organizations', 1795249247);
INSERT INTO public.seaql_migrations VALUES ('m20261121_000002_users', 1795249247);
INSERT INTO public.seaql_migrations VALUES ('m20261121_000003_resource_servers', 1795249247);
INSERT INTO public.seaql_migrations VALUES ('m20261121_000004_credentials', 1795249247);
INSERT INTO public.seaql_migrations VALUES ('m20261121_000005_signing_keys', 1795249247);
INSERT INTO public.seaql_migrations VALUES ('m20261121_000006_changes', 1795249247);
INSERT INTO public.signing_key VALUES ('tkU9LAMGbGKeFJtkBh7c7-7fAF4b6jAy7BmeTId4dqQ', 'RS256', 'active', '\x019df9a0c2a07dd7a3ce1faf0f72ec96f27330643bd725cc15c2f691ba00b1698b5ad9ca160ef02bfd743a397367d853b511b267856b7b3becc5f2ef6744f2b171d00665fe371769c8d3f1a9470ad3c127e4e06aff54bcf6ad88967d9aaf010b192e3b6c9bc77fa70880038a5b90e142bd72a71da2defa59e306f28a5b00787f8371523cb260a2580717e7bd55bd19fc7fd84850802d038c591b0e662ccbf11886bc4cfee154da2610953037b987d4612b994bf5884c699ca35a2db3dd63f42b5a1a4fbdf86268b487c4b69a6f55cfb5a1ea8bf0eaff6a26c222ae628b2aa01ab5bd7461b5ec0032c0a65f70e8721175ce881d7bbb51c3111b6c308815f6e170b2cf05ab824a2d1106a595a15dd5ae4d1e53043e0f9e7aaf84ad5d19f7145bb893b0506fc4a37707054412f31b4d89722c90cc8b040ed696dfd90bcf7a11a569e949a5c39b581de6c17ca5c10b70849a032008095a385c44137c142d9099f2a0f359cdd003040bde0420b0fb7c26277edab70ccfbe1290e6a2d471ac510fab7b5401be2bb5b6839a7fb691c48b0edfdcd0b8672934211862f68813583c961dac682a359e28d6f942513a7dfa609fedc96b78427f24f7b457660741e624873caf7ebcc83f8fce801d379f5532d154036a456076d919178c493fdaed865169dc69df8bbf6c16658ad520202aeaa75f543ee61d2e830525b114be374025fcc0acc86d97eaeb1dc3fe6a4e70f0b663b0eab3c72bb8279b30f0c470bc980a769b72fce4a9377227152514552b8c76d43f8f598a816aa9e8f46cce82e4000b2364624832c440d1c018cf1cf4fb79dd59f2a4a2a09a3415a1428fc2e77132ae9e2a589f5b3c8b81644e8910af1718341129b55684712d3eabbe304cf5d68e0d938b2fa253f8c0bf8aad47ca0906ee6ddcbf28a839e01502f0406c8fa785c92c12151bbce46f92711dde5e34262ebed9d8d6ffd1fccf4c7449c97fce8d950b9c1c3128fbc39beaeefbd43c44ab0599b5f4df4f495fa57d02eb45d28359a8340ff2544b39ea8e11dc2bfced6042da7eebe5f23bb580b536aba8db91d16c3c041da072acc397a4be57719f7de3dfe528b89b0a21ac49a61f76812616c7f6f401496854a0088fbf34696a886991d16168124452ba021fc3da2f38a4dbe44082d4925d34199163c2555b64230d84dbf7717f1557cb78e75e326f1f3487017c1e02f3aee47a41ee26656b2b300882d687b2014e8df43a2d351d2e86db7e6aeb6fe0086b7ad849cc7a4ceb7bd07c3b63069350e4b99c0e1fd0446eb9b821340f34e1f03dadfabd0d935f0f28c306a1a594ddd14adcab2574e76c5b5b7e1907b6bed7c061ce7cd20017fd16797307c45f3217d672aa077d4e1d44bc8b869d101c5a6fe7056c76f342ca3645e80b7b995e77c9adf36233f919df07fac99aef1b8127c9ee81e21ae8932c39ed15a8366b9ebaee20757ff54dc8945f47f5fdcb6f2a48882d82fd03a8055b8a47857ddeba8cb7c70682098df4662d29b5ea8a6fed2bcab2224712b39e5de51484ae8b4b037a9720cd9ad09403806790aab5975c8d0c5b4cb6207bb65755a006df43e3ae9fba9e3e9a6417bb471c4c4a411b6a153afbe1dce7b1ac3a0f8a734bc8cbebbc3d68f0b641564bb9c8e5a04f07b8b40f464b63bf66797a3e23aff95240e2261ce9f21a4b2fba112e51264036ab7373557ab99e067327d9f9ecfe027234a7ab478d35a364b5eae2c43eea37db8331ac64b784bb04f9fe41', '{"kty":"RSA","n":"qjYRjzsPMDdFre16mGCHHEkLLp9blJhdeHFHQRP2S2YzLoRQgb7iagL-EyE8s35GNJou5yCeIZxK6nN4NM2N3nm9vUhO9Wl8rjjT2Jq8J2jhDaqp1bLZb9l6kpt86h7MeXxN1P9auRwThp0d18OMe05YQrgRDRZJrrezo-INwuOyjTR8Oj4i6hEjx8jQZQWhLberR7ad1Dc0PUZyK6tFR2c8NuZrYkBUqeiJWScHHbQSDEI1sb21x8qw1sh_gWfgHYWYK-aJtXmO60g63BNxxlJYb7us3IKSh7s9ph5DHNC9t0OtHwoMylpQghfy8HllF_fJF9GwKykVuT3L9RdYEw","e":"AQAB","alg":"RS256","use":"sig","kid":"tkU9LAMGbGKeFJtkBh7c7-7fAF4b6jAy7BmeTId4dqQ"}', '2026-11-21 08:20:48.30341+00', '2026-11-21 08:20:48.244139+00', NULL, 86400);
INSERT INTO public.signing_key VALUES ('4HGCauhIiFW50n_KTDOQ4CfMvH2W4v7GgK65C_mijYk', 'EdDSA', 'active', '\x01064c2dcade55209d624f3d825581f72eb689c78da01e758139b48e0505999e75819254bb10673323ccd9714413d4a1b79d4b457a3ef24fc8cbd79d3b9fc3ee61c6567d7c454edc1ad9919c63', '{"kty":"OKP","crv":"Ed25519","x":"X6ps7i9uggCFzUHx6QuGbACh_Y2qwFd34XAwwqg73BY","alg":"EdDSA","use":"sig","kid":"4HGCauhIiFW50n_KTDOQ4CfMvH2W4v7GgK65C_mijYk"}', '2026-11-21 08:20:48.362249+00', '2026-11-21 08:20:48.339244+00', NULL, 86400);
INSERT INTO public.signing_key VALUES ('vEuu77EM3CJFr066dHL_akRiUXKhQMalrUjnAO6q89A', 'ES256', 'retired', NULL, '{"kty":"EC","crv":"P-256","x":"C1mkLhFHEKV3VVb8us4Tl_AhqVueX0O1eip6aeGSTk0","y":"zZpK3W4cWXBdRNN4XE7fJlj8k_qadmE-eWOCvFSQrg4","alg":"ES256","use":"sig","kid":"vEuu77EM3CJFr066dHL_akRiUXKhQMalrUjnAO6q89A"}', '2026-11-21 08:20:47.956238+00', '2026-11-21 08:20:47.954436+00', '2026-11-22 09:20:49.938936+00', 86400);
INSERT INTO public.signing_key VALUES ('7skrxQnGdFgd-Z8aVgVoq0Fs7qPr4ov6BsHs0oMeaPY', 'ES256', 'retiring', '\x0158bb74cc7604b1520697722cf575960d48a20ff0aa1fc2ce7a8b6ec44c2ed4248420b94c89788da16b71405eb8f2de680ccab6577d2f9aabfdbf10cf533b076bb5c66f28d340412e4279d3b5ac796ab29c922cf9f75395fd2df700eb2babd26087e23fc83e03b1967cbbe0c8ecffe0dcda0d2088c4a3c0e84462a5393122808470550ab1f132a31745e87203a2dc7def3f731d2308a523d6f0d602d1796104a41c8f3ffe7c5e', '{"kty":"EC","crv":"P-256","x":"i09EcjXXXY-LWBaYxHOfrh9ruTENsrUvqmd4RV4EhA0","y":"HO9olLokbzSMgmXbcCjX7XRVCEV51gduBItJ7sOI378","alg":"ES256","use":"sig","kid":"7skrxQnGdFgd-Z8aVgVoq0Fs7qPr4ov6BsHs0oMeaPY"}', '2026-11-21 08:20:49.940977+00', '2026-11-21 08:20:49.938936+00', '2026-11-22 09:20:50.007307+00', 86400);
INSERT INTO public.signing_key VALUES ('anIhjBbmDJ4XphtyR61D-alGRbjENUXpLgrIGfGefpI', 'ES256', 'active', '\x01b8af359163ac18ee076d9f737c0d64c54eba9fdb6689268bb2283ccd4d5049006c6a1532e3c86ebeed56390d57c13adc57647e1e79a9ccc50d2a6279f84bcf10c93f867cc91122957d679c12a6c8785e1faf98b43cb79012bbe1ab786af23844a07af1fb28b6fed8a1e906fd8bb2a2c6749bd9a7a0baffb4ecbeeb05a886d745329d35c7b4325923cb992c8dea0dd24623f13e7d6cd14ab59284674a13a9ee9555cae7644c12', '{"kty":"EC","crv":"P-256","x":"8-4DE18QNHTsutcXlNo-rMjLzJHjG823Y34TTkqXOrI","y":"hxwb1nUeCas9X47KaeC1NVmAMxyhjQ5pxGfCAn3avu8","alg":"ES256","use":"sig","kid":"anIhjBbmDJ4XphtyR61D-alGRbjENUXpLgrIGfGefpI"}', '2026-11-21 08:20:50.009147+00', '2026-11-21 08:20:50.007307+00', NULL, 86400);
INSERT INTO public.signing_key VALUES ('Uoi7fiq_hQyQstFjOeksEosf1kaWOr-ZDc6U1Cq1qSo', 'ES256', 'next', '\x0169d6342a50d1dea95168d6ae07899d0d61e3f451a7614acffa193f2d92d3dd52a146685a1dc9aceb8e7725b8e2e3819aeaa28d59908336a9247db81d235879228c2f93dbcd248b52b7d04b597a9230e827fd91801428f380b7257f987b0d765e9d483b9d0d7e17590836543dd128f10fe6f09d34458bc6f598abf6d394e33157a60c12a49c63cc25b321d77f8a338dd6ed026dbfa96102f75fa53f10904b47c5a7d4d9cd972a', '{"kty":"EC","crv":"P-256","x":"bN-AfmPS2F1DD4VXWFQMP6nDMTv9KJpvcO41JpTcqsY","y":"3rXXU2qgygF9ZY5clbWUSWrfCOofwCHkgBe3IrIMEc4","alg":"ES256","use":"sig","kid":"Uoi7fiq_hQyQstFjOeksEosf1kaWOr-ZDc6U1Cq1qSo"}', '2026-11-21 08:20:50.047105+00', '2026-11-22 08:20:50.045161+00', NULL, 86400);
INSERT INTO public.user_account VALUES ('01a1fd31-96d7-7b95-a23c-091c55f7ff16', 'operator@example.com', '$argon2id$v=19$m=19456,t=2,p=1$FuwcAd+5iOyDU2l7qE8A0Q$fE8g7Ie5fBQ6PTVeJlxd9zpNDeolVXECGmEDTgq5UPI', true, '2026-11-21 08:20:47.959975+00');
INSERT INTO public.user_account VALUES ('01a1fd31-988b-70c4-bd3a-64430ce0b993', 'another-operator@example.com', '$argon2id$v=19$m=19456,t=2,p=1$OhB7wzD7FrEkLu1ip+sU7Q$uxSuuWyoeobfpJ73GR2zDlGhRFiMDZGDUjVN2vDkNos', true, '2026-11-21 08:20:48.395638+00');
INSERT INTO public.user_account VALUES ('01a1fd31-98c2-76a6-9945-e3e79fa61665', 'nobody@example.com', '$argon2id$v=19$m=19456,t=2,p=1$rYa/DJBdgbp1zILSOCX1qQ$wKyj+Ch0dEDVhIhdvj5tIElSsxz7VJCzMMs+k+PfRLc', false, '2026-11-21 08:20:48.450617+00');
INSERT INTO public.user_account VALUES ('01a1fd31-98f8-787c-8da2-11a5071fe422', 'admin@example.com', '$argon2id$v=19$m=19456,t=2,p=1$uX2Y6baX8lTsC/ylgvXCmQ$5A14bRDqyrpn8Ce6ihaJZLIhgk3hbrDXSsPdq6zQXQ8', false, '2026-11-21 08:20:48.504673+00');
INSERT INTO public.user_account VALUES ('01a1fd31-9934-766e-a753-101a1bcbe17f', 'agents@example.com', '$argon2id$v=19$m=19456,t=2,p=1$fYL7PYuVcJdbBwbR3MpcNw$7r6T2uwazkt6lY5EzjE32hTBotQ8B0NqzN1wwIhj2kg', false, '2026-11-21 08:20:48.564505+00');
INSERT INTO public.user_account VALUES ('01a1fd31-9972-7751-86e3-3ad185729a09', 'member@example.com', '$argon2id$v=19$m=19456,t=2,p=1$MGDer4A0CI3Y85wafoHq3w$j0rjPTpOjh+0x/3PZUG+SHu6CSQMRKxDnHxGaXvvafs', false, '2026-11-21 08:20:48.626991+00');
ALTER TABLE ONLY public.agent
    ADD CONSTRAINT agent_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.change_head
    ADD CONSTRAINT change_head_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.change
    ADD CONSTRAINT change_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.credential
    ADD CONSTRAINT credential_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.credential_secret
    ADD CONSTRAINT credential_secret_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.membership
    ADD CONSTRAINT membership_pkey PRIMARY KEY (user_id, organization_id);
ALTER TABLE ONLY public.organization
    ADD CONSTRAINT organization_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.organization
    ADD CONSTRAINT organization_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.resource_scope
    ADD CONSTRAINT resource_scope_pkey PRIMARY KEY (resource_server_id, name);
ALTER TABLE ONLY public.resource_server
    ADD CONSTRAINT resource_server_identifier_key UNIQUE (identifier);
ALTER TABLE ONLY public.resource_server
    ADD CONSTRAINT resource_server_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.seaql_migrations
    ADD CONSTRAINT seaql_migrations_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.signing_key
    ADD CONSTRAINT signing_key_pkey PRIMARY KEY (kid);
ALTER TABLE ONLY public.user_account
    ADD CONSTRAINT user_account_email_key UNIQUE (email);
ALTER TABLE ONLY public.user_account
    ADD CONSTRAINT user_account_pkey PRIMARY KEY (id);
CREATE UNIQUE INDEX agent_slug ON public.agent USING btree (organization_id, slug);
CREATE INDEX credential_by_agent ON public.credential USING btree (agent_id);
CREATE INDEX credential_by_organization ON public.credential USING btree (organization_id);
CREATE INDEX credential_secret_by_credential ON public.credential_secret USING btree (credential_id);
CREATE INDEX membership_by_organization ON public.membership USING btree (organization_id);
ALTER TABLE ONLY public.agent
    ADD CONSTRAINT agent_organization FOREIGN KEY (organization_id) REFERENCES public.organization(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.credential
    ADD CONSTRAINT credential_agent FOREIGN KEY (agent_id) REFERENCES public.agent(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.credential
    ADD CONSTRAINT credential_organization FOREIGN KEY (organization_id) REFERENCES public.organization(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.credential_secret
    ADD CONSTRAINT credential_secret_credential FOREIGN KEY (credential_id) REFERENCES public.credential(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.membership
    ADD CONSTRAINT membership_organization FOREIGN KEY (organization_id) REFERENCES public.organization(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.membership
    ADD CONSTRAINT membership_user FOREIGN KEY (user_id) REFERENCES public.user_account(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.resource_scope
    ADD CONSTRAINT resource_scope_resource_server FOREIGN KEY (resource_server_id) REFERENCES public.resource_server(id) ON DELETE CASCADE;
